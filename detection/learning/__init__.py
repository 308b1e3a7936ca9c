"""Learning from verdicts: what inspectors found turns into a model, and the model into a part of the score.

In the order of a training: `verdicts.py` (what is known as of a day), `agreement.py` (whether it can be trusted),
`rows.py` (what is learnt from), `classifier.py` (the model), `blend.py` (how far it is believed), `walk.py` (tested on
the nights that followed), `measures.py`, `promotion.py` (whether it may serve), `registry.py` (what serves when),
`training.py` (all of it, step by step). `serving.py` scores a night; `drift.py` says when to train again.
"""
