# Completion of limpet in fish: limpet completion fish | source
function __limpet_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found ($words[1] complete-words -- $words[2..-1] 2>/dev/null)
    if set -q found[1]
        printf '%s\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c limpet -f -a '(__limpet_complete)'
