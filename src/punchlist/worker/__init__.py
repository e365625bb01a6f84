"""What is done after the answer: following the record, jobs, and what is due at an instant."""
