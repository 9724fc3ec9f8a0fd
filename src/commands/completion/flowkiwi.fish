# fish completion of flowkiwi
function __flowkiwi_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    set -l lines (command flowkiwi __complete fish -- $words "$current" 2>/dev/null)
    if test "$lines" = ':files'
        # The path alone, where it stands behind the option in one word: --data=file
        set -l lead (string match -r '^--[^=]*=' -- "$current")
        string replace -r '^' -- "$lead" (__fish_complete_path (string replace -r '^--[^=]*=' '' -- "$current"))
    else
        string join \n -- $lines
    end
end
complete -c flowkiwi -e
complete -c flowkiwi -f -k -a '(__flowkiwi_complete)'
