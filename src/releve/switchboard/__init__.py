"""The live service: it keeps the shares, tells the edges, records every contact. It knows no rehearsal and no engine.

From below: `routing` is what holds now, enough to decide without asking; `live` folds it from the control journal;
the shells (HTTP, SIP, timers, edges) only differ in how they wait.
"""
