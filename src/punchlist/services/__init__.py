"""Use cases: load, decide (domain), write with its event (store). What each verb of the API means."""
