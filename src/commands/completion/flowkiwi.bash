# bash completion of flowkiwi, from bash 3.2 on
_flowkiwi() {
  local line value described=()
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
      return
    fi
    value=${line%%$'\t'*}
    COMPREPLY+=("$value")
    line=${line#*$'\t'}
    described+=("$value${line:+  ($line)}")
  done < <(command flowkiwi __complete bash -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  # A second Tab lists the candidates and inserts nothing, so they can be explained.
  if [[ $COMP_TYPE == 63 && ${#COMPREPLY[@]} -gt 1 ]]; then
    COMPREPLY=("${described[@]}")
  fi
}
complete -F _flowkiwi flowkiwi
