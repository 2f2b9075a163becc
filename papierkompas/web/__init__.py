"""The local web page: the whole session in a browser on this computer, and nowhere else."""
