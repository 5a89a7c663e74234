"""One readable source a patch. Each has `build` that returns a finished `Patcher`; `devices.py` writes all."""
