package repurchase

// Fit finds the parameters of greatest likelihood, for the tests of published fits.
func Fit(kind Kind, all []Summary) (Model, error) { return fitGroups(kind, groups(all), farStarts) }
