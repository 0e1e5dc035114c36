
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'glue' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'glue'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'glue' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('query', 'query', [CompletionResultType]::ParameterValue, 'Run SQL and print the answers')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Run files of SQL statements')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Show how a statement would be answered')
            [CompletionResult]::new('import', 'import', [CompletionResultType]::ParameterValue, 'Insert the rows of a file into a table')
            [CompletionResult]::new('export', 'export', [CompletionResultType]::ParameterValue, 'Write a table, or the rows of a statement, to a file')
            [CompletionResult]::new('dump', 'dump', [CompletionResultType]::ParameterValue, 'Print the SQL that makes a database, or one of its tables, again')
            [CompletionResult]::new('diff', 'diff', [CompletionResultType]::ParameterValue, 'Print the rows that only one of two tables holds')
            [CompletionResult]::new('tables', 'tables', [CompletionResultType]::ParameterValue, 'List the tables of all databases')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the CREATE statements of a table, or of all')
            [CompletionResult]::new('check', 'check', [CompletionResultType]::ParameterValue, 'Open every database and report each')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Write a glue.toml that names the databases of a folder')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show the configuration, or its schema for editors')
            [CompletionResult]::new('allow', 'allow', [CompletionResultType]::ParameterValue, 'Let the glue.toml of a folder make glue write, and run the programs, extensions and SQL it names')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Write three small databases and ask two questions of them')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Show the help of a command, or of a topic: exit-codes, formats, parameters')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completions for a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Print the manual page of glue, or of one of its commands')
            break
        }
        'glue;query' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read the SQL from this file')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the SQL from this file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Give a parameter a value: a number, a text, null, x''0A1F'' or @FILE; may be repeated (see `glue help parameters`)')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Give a parameter a value: a number, a text, null, x''0A1F'' or @FILE; may be repeated (see `glue help parameters`)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up a statement after this time: 500ms, 30s, 2m')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do after an error [default: stop]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--stats', '--stats', [CompletionResultType]::ParameterName, 'Print each statement''s rows, time and route as JSON on standard error')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Answer every SELECT by the federated and by the attached route on the same snapshots; fail (5) where they differ')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the SQL that each database would be sent, and run nothing')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;run' {
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Give a parameter a value: a number, a text, null, x''0A1F'' or @FILE; may be repeated (see `glue help parameters`)')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Give a parameter a value: a number, a text, null, x''0A1F'' or @FILE; may be repeated (see `glue help parameters`)')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Give up a statement after this time: 500ms, 30s, 2m')
            [CompletionResult]::new('--on-error', '--on-error', [CompletionResultType]::ParameterName, 'What to do after an error [default: stop]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--stats', '--stats', [CompletionResultType]::ParameterName, 'Print each statement''s rows, time and route as JSON on standard error')
            [CompletionResult]::new('--verify', '--verify', [CompletionResultType]::ParameterName, 'Answer every SELECT by the federated and by the attached route on the same snapshots; fail (5) where they differ')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print the SQL that each database would be sent, and run nothing')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;explain' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Read the SQL from this file')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'Read the SQL from this file')
            [CompletionResult]::new('-p', '-p', [CompletionResultType]::ParameterName, 'Give a parameter a value: a number, a text, null, x''0A1F'' or @FILE; may be repeated (see `glue help parameters`)')
            [CompletionResult]::new('--param', '--param', [CompletionResultType]::ParameterName, 'Give a parameter a value: a number, a text, null, x''0A1F'' or @FILE; may be repeated (see `glue help parameters`)')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;import' {
            [CompletionResult]::new('--from', '--from', [CompletionResultType]::ParameterName, 'What the file is [default: by its ending]')
            [CompletionResult]::new('--delimiter', '--delimiter', [CompletionResultType]::ParameterName, 'What stands between the cells of a line: a character, or `tab` [default: seen in the first line]')
            [CompletionResult]::new('--quote', '--quote', [CompletionResultType]::ParameterName, 'What surrounds cells: a character, or `none` [default: `"` in CSV, none in TSV]')
            [CompletionResult]::new('--encoding', '--encoding', [CompletionResultType]::ParameterName, 'The encoding of a text, such as windows-1252 [default: utf-8, or what a byte order mark says]')
            [CompletionResult]::new('--types', '--types', [CompletionResultType]::ParameterName, 'How to find the types of columns [default: auto]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--no-header', '--no-header', [CompletionResultType]::ParameterName, 'The first line is a row, not the names of the columns')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;export' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;dump' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;diff' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;tables' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;schema' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;check' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--integrity', '--integrity', [CompletionResultType]::ParameterName, 'Let SQLite read every page and index of each database too (`PRAGMA integrity_check`)')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;init' {
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Print what would be written, and write nothing')
            [CompletionResult]::new('--force', '--force', [CompletionResultType]::ParameterName, 'Write over a glue.toml that is there')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'glue;config' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Print every setting, its value, and where that came from')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Print the JSON schema of glue.toml, for editors that check and complete it')
            break
        }
        'glue;config;show' {
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Read this configuration [default: $GLUE_CONFIG, the nearest glue.toml upward, or ~/.config/glue/config.toml]')
            [CompletionResult]::new('--db', '--db', [CompletionResultType]::ParameterName, 'Open this database under this name; may be repeated')
            [CompletionResult]::new('--route', '--route', [CompletionResultType]::ParameterName, 'How to answer [default: auto]')
            [CompletionResult]::new('--memory-limit', '--memory-limit', [CompletionResultType]::ParameterName, 'How much memory the steps of a statement may hold before rows go to temporary files [default: 60%]')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How to print rows [default: box on a terminal, else csv]')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Write the rows to this file')
            [CompletionResult]::new('--null', '--null', [CompletionResultType]::ParameterName, 'Print this text for NULL')
            [CompletionResult]::new('--max-rows', '--max-rows', [CompletionResultType]::ParameterName, 'Show at most so many rows of a table on a terminal; 0 for all [default: 40]')
            [CompletionResult]::new('--into', '--into', [CompletionResultType]::ParameterName, 'The table that --format insert names')
            [CompletionResult]::new('--error-format', '--error-format', [CompletionResultType]::ParameterName, 'How to print errors [default: text]')
            [CompletionResult]::new('--write', '--write', [CompletionResultType]::ParameterName, 'Open databases for writing too, unless the configuration says otherwise')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Run without asking what drops a table or touches every row of one')
            [CompletionResult]::new('--no-names', '--no-names', [CompletionResultType]::ParameterName, 'Leave the names of the columns out')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Print no notices')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'glue;config;schema' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'glue;allow' {
            [CompletionResult]::new('--revoke', '--revoke', [CompletionResultType]::ParameterName, 'Take it back')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'Print the folders that are allowed')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'glue;demo' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'glue;help' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'glue;completions' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'glue;man' {
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
