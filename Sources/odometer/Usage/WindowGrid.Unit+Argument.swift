public import ArgumentParser
public import Windowing

extension WindowGrid.Unit: ExpressibleByArgument {}
