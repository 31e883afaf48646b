"""Run the command line with `python -m flgraph`."""

from flgraph.cli.main import main

if __name__ == "__main__":
    main()
