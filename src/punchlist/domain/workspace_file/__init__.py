"""The workspace file: what one may say about a workspace, read, checked, compared with what is, and written.

`entries` is what stands in it, `reading` makes that of TOML, `checks` looks at what the entries say of each
other, `planning` finds what would have to change, `hazards` what must not, and `wording` puts a plan, or a
whole workspace, into text again. All of it is pure: no file, no database, no environment.
"""
