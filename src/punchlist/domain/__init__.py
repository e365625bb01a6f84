"""What is allowed and what follows from it: pure functions over plain values, with no I/O and no clock."""
