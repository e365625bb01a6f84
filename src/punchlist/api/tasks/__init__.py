"""The task dialect: its routes, its wire structs, its words for errors."""
