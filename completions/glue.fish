# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_glue_global_optspecs
    string join \n config= db= write yes route= memory-limit= format= o/output= null= max-rows= no-names into= error-format= q/quiet h/help V/version
end

function __fish_glue_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_glue_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_glue_using_subcommand
    set -l cmd (__fish_glue_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c glue -n "__fish_glue_needs_command" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_needs_command" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_needs_command" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_needs_command" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_needs_command" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_needs_command" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_needs_command" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_needs_command" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_needs_command" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_needs_command" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_needs_command" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_needs_command" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_needs_command" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_needs_command" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_needs_command" -s V -l version -d 'Print version'
complete -c glue -n "__fish_glue_needs_command" -a "query" -d 'Run SQL and print the answers'
complete -c glue -n "__fish_glue_needs_command" -a "run" -d 'Run files of SQL statements'
complete -c glue -n "__fish_glue_needs_command" -a "explain" -d 'Show how a statement would be answered'
complete -c glue -n "__fish_glue_needs_command" -a "import" -d 'Insert the rows of a file into a table'
complete -c glue -n "__fish_glue_needs_command" -a "export" -d 'Write a table, or the rows of a statement, to a file'
complete -c glue -n "__fish_glue_needs_command" -a "dump" -d 'Print the SQL that makes a database, or one of its tables, again'
complete -c glue -n "__fish_glue_needs_command" -a "diff" -d 'Print the rows that only one of two tables holds'
complete -c glue -n "__fish_glue_needs_command" -a "tables" -d 'List the tables of all databases'
complete -c glue -n "__fish_glue_needs_command" -a "schema" -d 'Print the CREATE statements of a table, or of all'
complete -c glue -n "__fish_glue_needs_command" -a "check" -d 'Open every database and report each'
complete -c glue -n "__fish_glue_needs_command" -a "init" -d 'Write a glue.toml that names the databases of a folder'
complete -c glue -n "__fish_glue_needs_command" -a "config" -d 'Show the configuration, or its schema for editors'
complete -c glue -n "__fish_glue_needs_command" -a "allow" -d 'Let the glue.toml of a folder make glue write, and run the programs, extensions and SQL it names'
complete -c glue -n "__fish_glue_needs_command" -a "demo" -d 'Write three small databases and ask two questions of them'
complete -c glue -n "__fish_glue_needs_command" -a "help" -d 'Show the help of a command, or of a topic: exit-codes, formats, parameters'
complete -c glue -n "__fish_glue_needs_command" -a "completions" -d 'Print the completions for a shell'
complete -c glue -n "__fish_glue_needs_command" -a "man" -d 'Print the manual page of glue, or of one of its commands'
complete -c glue -n "__fish_glue_using_subcommand query" -s f -l file -d 'Read the SQL from this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand query" -s p -l param -d 'Give a parameter a value: a number, a text, null, x\'0A1F\' or @FILE; may be repeated (see `glue help parameters`)' -r
complete -c glue -n "__fish_glue_using_subcommand query" -l timeout -d 'Give up a statement after this time: 500ms, 30s, 2m' -r
complete -c glue -n "__fish_glue_using_subcommand query" -l on-error -d 'What to do after an error [default: stop]' -r -f -a "stop\t'End the run'
continue\t'Go on with the next statement; the first error\'s exit code counts'"
complete -c glue -n "__fish_glue_using_subcommand query" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand query" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand query" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand query" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand query" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand query" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand query" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand query" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand query" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand query" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand query" -l stats -d 'Print each statement\'s rows, time and route as JSON on standard error'
complete -c glue -n "__fish_glue_using_subcommand query" -l verify -d 'Answer every SELECT by the federated and by the attached route on the same snapshots; fail (5) where they differ'
complete -c glue -n "__fish_glue_using_subcommand query" -l dry-run -d 'Print the SQL that each database would be sent, and run nothing'
complete -c glue -n "__fish_glue_using_subcommand query" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand query" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand query" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand query" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand query" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand run" -s p -l param -d 'Give a parameter a value: a number, a text, null, x\'0A1F\' or @FILE; may be repeated (see `glue help parameters`)' -r
complete -c glue -n "__fish_glue_using_subcommand run" -l timeout -d 'Give up a statement after this time: 500ms, 30s, 2m' -r
complete -c glue -n "__fish_glue_using_subcommand run" -l on-error -d 'What to do after an error [default: stop]' -r -f -a "stop\t'End the run'
continue\t'Go on with the next statement; the first error\'s exit code counts'"
complete -c glue -n "__fish_glue_using_subcommand run" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand run" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand run" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand run" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand run" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand run" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand run" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand run" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand run" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand run" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand run" -l stats -d 'Print each statement\'s rows, time and route as JSON on standard error'
complete -c glue -n "__fish_glue_using_subcommand run" -l verify -d 'Answer every SELECT by the federated and by the attached route on the same snapshots; fail (5) where they differ'
complete -c glue -n "__fish_glue_using_subcommand run" -l dry-run -d 'Print the SQL that each database would be sent, and run nothing'
complete -c glue -n "__fish_glue_using_subcommand run" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand run" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand run" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand run" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand explain" -s f -l file -d 'Read the SQL from this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand explain" -s p -l param -d 'Give a parameter a value: a number, a text, null, x\'0A1F\' or @FILE; may be repeated (see `glue help parameters`)' -r
complete -c glue -n "__fish_glue_using_subcommand explain" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand explain" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand explain" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand explain" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand explain" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand explain" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand explain" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand explain" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand explain" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand explain" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand explain" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand explain" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand explain" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand explain" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand import" -l from -d 'What the file is [default: by its ending]' -r -f -a "csv\t''
tsv\t''
json\t''
jsonl\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand import" -l delimiter -d 'What stands between the cells of a line: a character, or `tab` [default: seen in the first line]' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l quote -d 'What surrounds cells: a character, or `none` [default: `"` in CSV, none in TSV]' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l encoding -d 'The encoding of a text, such as windows-1252 [default: utf-8, or what a byte order mark says]' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l types -d 'How to find the types of columns [default: auto]' -r -f -a "auto\t'Numbers where all cells of a column are, else text'
text\t'Text, whatever the cells hold'
exact\t'Every cell its own, as glue writes it: what is quoted is text'"
complete -c glue -n "__fish_glue_using_subcommand import" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand import" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand import" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand import" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand import" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand import" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand import" -l no-header -d 'The first line is a row, not the names of the columns'
complete -c glue -n "__fish_glue_using_subcommand import" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand import" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand import" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand import" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand export" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand export" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand export" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand export" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand export" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand export" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand export" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand export" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand export" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand export" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand export" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand export" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand export" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand export" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand dump" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand dump" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand dump" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand dump" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand dump" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand dump" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand dump" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand dump" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand dump" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand dump" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand dump" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand dump" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand dump" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand dump" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand dump" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand diff" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand diff" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand diff" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand diff" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand diff" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand diff" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand diff" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand diff" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand diff" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand diff" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand diff" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand diff" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand diff" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand diff" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand tables" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand tables" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand tables" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand tables" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand tables" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand tables" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand tables" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand tables" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand tables" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand tables" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand tables" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand tables" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand tables" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand tables" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand tables" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand schema" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand schema" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand schema" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand schema" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand schema" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand schema" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand schema" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand schema" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand schema" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand schema" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand schema" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand schema" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand schema" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand schema" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand check" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand check" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand check" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand check" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand check" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand check" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand check" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand check" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand check" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand check" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand check" -l integrity -d 'Let SQLite read every page and index of each database too (`PRAGMA integrity_check`)'
complete -c glue -n "__fish_glue_using_subcommand check" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand check" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand check" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand check" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand init" -l dry-run -d 'Print what would be written, and write nothing'
complete -c glue -n "__fish_glue_using_subcommand init" -l force -d 'Write over a glue.toml that is there'
complete -c glue -n "__fish_glue_using_subcommand init" -s h -l help -d 'Print help'
complete -c glue -n "__fish_glue_using_subcommand config; and not __fish_seen_subcommand_from show schema" -s h -l help -d 'Print help'
complete -c glue -n "__fish_glue_using_subcommand config; and not __fish_seen_subcommand_from show schema" -f -a "show" -d 'Print every setting, its value, and where that came from'
complete -c glue -n "__fish_glue_using_subcommand config; and not __fish_seen_subcommand_from show schema" -f -a "schema" -d 'Print the JSON schema of glue.toml, for editors that check and complete it'
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]' -r -F
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l db -d 'Open this database under this name; may be repeated' -r
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l route -d 'How to answer [default: auto]' -r -f -a "auto\t'glue chooses'
pool\t'The whole statement within one database'
federated\t'Split, and joined in memory'
attached\t'By one SQLite connection with the files attached'"
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l memory-limit -d 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]' -r
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l format -d 'How to print rows [default: box on a terminal, else csv]' -r -f -a "box\t''
table\t''
markdown\t''
line\t''
list\t''
csv\t''
tsv\t''
ascii\t''
json\t''
jsonl\t''
insert\t''
quote\t''
html\t''
latex\t''
none\t''
parquet\t''
arrow\t''"
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'Write the rows to this file' -r -F
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l null -d 'Print this text for NULL' -r
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l max-rows -d 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]' -r
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l into -d 'The table that --format insert names' -r
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l error-format -d 'How to print errors [default: text]' -r -f -a "text\t'With the line that they are about'
json\t'As an object of JSON a line: code, message, file, line, column, hint'"
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l write -d 'Open databases for writing too, unless the configuration says otherwise'
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l yes -d 'Run without asking what drops a table or touches every row of one'
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -l no-names -d 'Leave the names of the columns out'
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print no notices'
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c glue -n "__fish_glue_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help'
complete -c glue -n "__fish_glue_using_subcommand allow" -l revoke -d 'Take it back'
complete -c glue -n "__fish_glue_using_subcommand allow" -l list -d 'Print the folders that are allowed'
complete -c glue -n "__fish_glue_using_subcommand allow" -s h -l help -d 'Print help'
complete -c glue -n "__fish_glue_using_subcommand demo" -s h -l help -d 'Print help'
complete -c glue -n "__fish_glue_using_subcommand help" -s h -l help -d 'Print help'
complete -c glue -n "__fish_glue_using_subcommand completions" -s h -l help -d 'Print help'
complete -c glue -n "__fish_glue_using_subcommand man" -s h -l help -d 'Print help'
