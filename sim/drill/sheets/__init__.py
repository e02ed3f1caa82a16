"""The workbooks and data files of a drill, and the way back: what a designer changed in them."""
