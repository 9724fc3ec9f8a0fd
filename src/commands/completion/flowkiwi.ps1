# PowerShell completion of flowkiwi, for Windows PowerShell 5.1 and PowerShell 7
Register-ArgumentCompleter -Native -CommandName flowkiwi -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # A sign before each word: PowerShell hands no empty words to programs.
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { '=' + $_.ToString().Trim('"', "'") })
    $words += '=' + $wordToComplete
    flowkiwi __complete powershell -- $words 2>$null | ForEach-Object {
        $value, $description = $_ -split "`t", 2
        # Where nothing is offered, PowerShell offers files.
        if ($value -ne ':files') {
            if (-not $description) { $description = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $description)
        }
    }
}
