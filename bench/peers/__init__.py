"""The same API written in other ways, kept honest so that a ratio against it means something."""
