"""The Word papers of a drill, in Chinese and in English, made from the drill record alone."""
