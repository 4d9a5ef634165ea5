#compdef limpet
# Completion of limpet in zsh: source <(limpet completion zsh)
_limpet() {
  local -a found
  local line
  for line in ${(f)"$(${words[1]} complete-words -- "${(@)words[2,CURRENT]}" 2>/dev/null)"}; do
    found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if (( $#found )); then _describe limpet found; else _files; fi
}
compdef _limpet limpet
