# Completion of limpet in bash: source <(limpet completion bash)
_limpet() {
  local word current=${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  # Nothing found falls back to files, as `-o default` says.
  while IFS=$'\t' read -r word _; do
    [[ $word == "$current"* ]] && COMPREPLY+=("$(printf '%q' "$word")")
  done < <("${COMP_WORDS[0]}" complete-words -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _limpet limpet
