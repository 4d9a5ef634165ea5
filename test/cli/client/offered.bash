# Prints what bash offers for the words of a command line, one a line: the last word is the one that Tab is pressed in.
source <(limpet completion bash)
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_limpet
printf '%s\n' "${COMPREPLY[@]}"
