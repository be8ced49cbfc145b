"""bindtool without a window: the same core, its results on standard output. Nothing of Qt is loaded.

`command_line` starts a command; `arguments` are its words, `process_environment` the process around it, `console`
what it writes; `bind`, `dry_run`, `resume`, `profiles`, `tokens` and `check` are the commands.
"""
