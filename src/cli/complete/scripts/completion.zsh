#compdef migrate-remote
# zsh completion for migrate-remote. Written by: migrate-remote completion zsh
_migrate-remote() {
  local program=migrate-remote kind prefix line value about
  local -a answer values shown
  local -i width=0
  # What was typed with a path is what is about to be run; an alias is not.
  [[ ${words[1]} == */* ]] && program=${words[1]/#\~\//$HOME/}
  answer=("${(@f)$(command $program complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null </dev/null)}")
  kind=${answer[1]%%$'\t'*}
  prefix=${answer[1]#*$'\t'}
  case $kind in
    files | folders)
      # `--config=` is no part of the file's name.
      [[ -n $prefix ]] && compset -P '*='
      if [[ $kind == folders ]]; then _files -/; else _files; fi
      return
      ;;
  esac
  for line in "${(@)answer[2,-1]}"; do
    value=${line%%$'\t'*}
    (( ${#value} > width )) && width=${#value}
  done
  for line in "${(@)answer[2,-1]}"; do
    value=${line%%$'\t'*}
    [[ -n $value ]] || continue
    about=${line#*$'\t'}
    values+=("$value")
    if [[ $line == *$'\t'* ]]; then shown+=("${(r:width:)value}  -- $about"); else shown+=("$value"); fi
  done
  (( ${#values} )) || return 1
  # In the order of the answer: the newest run comes first.
  compadd -l -V migrate-remote -d shown -a -- values
}
# compinit has found this file in a folder of $fpath, and it is called; else it is read by ~/.zshrc.
if [[ $funcstack[1] == _migrate-remote ]]; then
  _migrate-remote "$@"
else
  compdef _migrate-remote migrate-remote
fi
