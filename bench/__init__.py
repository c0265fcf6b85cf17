"""The figures that `make bench` prints. One BLAS thread throughout, set before NumPy is first imported."""

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
