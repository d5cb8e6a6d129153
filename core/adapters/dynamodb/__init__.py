"""A table of DynamoDB as the home of a state and of the objects beside it.

    pk              sk               holds
    state           head             the revision, the write id, the sum of the rows: every commit's point
    rows#0 … #7     jobs#12 …        a record a row: its line as in `jobs.json`, the revision that wrote it
    changes         000000000042     the rows that revision 42 wrote, so that a reader fetches only those
    journal#…       0 …              a write that is too large for one transaction, until its rows are written
    objects         archive/… …      an object: its headers, and its bytes where they are few
    object#…        0 …              the bytes of a larger one

Every commit is a compare-and-swap of the head, in one transaction with all that it changes: two writers
never both succeed on one state, whichever rows they touch.
"""
