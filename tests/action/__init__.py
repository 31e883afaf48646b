"""The action for any list, its steps run by a shell as a runner does."""
