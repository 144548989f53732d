"""How good are the plans that Claude writes? Purposes with checks that run by machine: ``python -m tests.evals``.

With credentials for Claude, each purpose is asked for, and the table ends with what share of plans held at once and
after repairs. Without, recorded replies are judged: that proves the checks and the way to them, and says nothing about
Claude, so no share is given.
"""
