# bash completion for migrate-remote. Written by: migrate-remote completion bash
# Works from bash 3.2 (macOS) on, without the package bash-completion.
_migrate_remote() {
  local program=migrate-remote line=${COMP_LINE:0:COMP_POINT} current=$2 kind= value= rest=
  # What was typed with a path is what is about to be run; an alias is not.
  case $1 in */*) program=${1/#\~\//$HOME/} ;; esac
  COMPREPLY=()
  while IFS=$'\t' read -r value rest; do
    if [ -z "$kind" ]; then kind=$value; else COMPREPLY+=("$value"); fi
  done < <(command "$program" complete --line "$line" "$current" 2>/dev/null </dev/null)
  case $kind in
    files | folders)
      local -a only=(-f)
      if [ "$kind" = folders ]; then only=(-d); fi
      compopt -o filenames 2>/dev/null
      while IFS= read -r value; do COMPREPLY+=("$value"); done < <(compgen "${only[@]}" -- "$current")
      ;;
  esac
}
complete -F _migrate_remote migrate-remote
