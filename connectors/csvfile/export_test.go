package csvfile

// Columns returns the columns of a kind of file, nil for an unknown kind.
func Columns(k Kind) []Column {
	switch k {
	case Products:
		return productFormat.columns
	case Locations:
		return locationFormat.columns
	case Suppliers:
		return supplierFormat.columns
	case Rates:
		return rateFormat.columns
	case SupplierItems:
		return itemFormat.columns
	case Stock:
		return stockFormat.columns
	case Orders:
		return orderFormat.columns
	case OpenOrders:
		return openOrderFormat.columns
	case Browsing:
		return browsingFormat.columns
	case Ads:
		return adFormat.columns
	case Events:
		return eventFormat.columns
	case Signals:
		return signalFormat.columns
	case Kits:
		return kitFormat.columns
	case Links:
		return linkFormat.columns
	case Overrides:
		return overrideFormat.columns
	case OrderUpdates:
		return orderUpdateFormat.columns
	case Receipts:
		return receiptFormat.columns
	case Deliveries:
		return deliveryFormat.columns
	case Quotes:
		return quoteFormat.columns
	}
	return nil
}
