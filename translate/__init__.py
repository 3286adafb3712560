"""Italian articles into English, sentence by sentence."""
