"""bindtool without a window: the same core, its results on standard output. Nothing of Qt is loaded.

`command_line` runs one command, which `arguments` has parsed; `commands` has a module for each.
`process_environment` is a command's interface to its process, `console` its output.
"""
