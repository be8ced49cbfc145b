"""bindtool without a window: the same core, its results on standard output. Nothing of Qt is loaded.

`command_line` runs one command, which `arguments` has parsed; `commands` has a module for each.
`process_environment` is what a command needs of its process, `console` what it writes to.
"""
