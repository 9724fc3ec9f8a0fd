#compdef flowkiwi
# zsh completion of flowkiwi: sourced, or as _flowkiwi in a folder of $fpath
_flowkiwi() {
  local line value
  local -a before candidates
  (( CURRENT > 2 )) && before=("${(@Q)words[2,CURRENT-1]}")
  for line in "${(@f)$(command flowkiwi __complete zsh -- "${before[@]}" "${(Q)PREFIX}" 2>/dev/null)}"; do
    if [[ $line == :files ]]; then
      compset -P '--*='
      _files
      return
    fi
    [[ -n $line ]] || continue
    value=${line%%$'\t'*}
    candidates+=("${value//:/\\:}:${line#*$'\t'}")
  done
  (( ${#candidates} )) && _describe flowkiwi candidates
}
if [[ ${funcstack[1]} == _flowkiwi ]]; then
  _flowkiwi "$@"
else
  (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _flowkiwi flowkiwi
fi
