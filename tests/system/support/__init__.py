"""What the system tests share: the real binary as a process, and small clients that show every byte."""
