package csvfile

import (
	"cmp"
	"maps"
	"slices"

	"quartermaster/core"
)

// MainCurrency returns the currency in which most products of a folder are
// priced: the shop's own, where no settings say it. It is empty when no product can
// be read; reading the folder then says why.
func MainCurrency(dir string) (core.Currency, error) {
	folder, err := OpenFolder(dir)
	if err != nil {
		return "", err
	}
	f, err := folder.Open(Products)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }() // only read
	count := map[core.Currency]int{}
	for row, err := range ReadProducts(f, folder.Files[Products], Env{}) {
		if err == nil {
			count[row.Value.Price.Currency]++
		}
	}
	all := slices.SortedFunc(maps.Keys(count), func(a, b core.Currency) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
	})
	if len(all) == 0 {
		return "", nil
	}
	return all[0], nil
}
