"""The half-second one-hot model: MIDI to a text of notes, to three matrices, to a Keras LSTM encoder and decoder."""
