"""Who plays: the interface of an accompanist, the controls, and the models that fulfil it. No wire, no clock."""
