"""One module for each subcommand of `obbligato`: arguments in, exit code out."""
