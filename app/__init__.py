"""The backprop playground: see backpropagation and check it number by number."""

import os

# Before NumPy loads its BLAS: at these sizes one thread is faster than several that wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
