# SPDX-License-Identifier: BSD-2-Clause
# The models are tools of other tests, so they are tested first.
bellhop_unit_test(model
	SOURCES tests/model/test_model.c tests/model/gich_model.c tests/model/gicv_model.c
		tests/model/ideal_gic.c tests/model/ideal_dist.c)
