"""What is left after the power goes: `make faults` kills processes under load and counts what is there."""
