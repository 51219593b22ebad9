"""The goods-in, for a scanner in one hand; orders and suppliers, for a desk."""

from __future__ import annotations

from padstone.features.receiving.views.goods_in import goods_in, label_sheet
from padstone.features.receiving.views.orders import order, order_list
from padstone.features.receiving.views.suppliers import supplier, suppliers

__all__ = ["goods_in", "label_sheet", "order", "order_list", "supplier", "suppliers"]
