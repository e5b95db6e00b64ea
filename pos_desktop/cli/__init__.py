"""The command line: turns words and options into use cases, and outcomes into exit codes."""


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    import argparse

    argparse.ArgumentParser(prog="pos-desktop", description=__doc__).parse_args(argv)
    return 0
