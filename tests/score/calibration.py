def measure(*a): return {}
def report(r): pass
