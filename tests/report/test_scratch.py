def test_x(source_in):
    s = source_in("en")
    from sim.report.write import render
    __import__("pathlib").Path("/tmp/rep/tiny.html").write_text(render(s))
    for k,v in s.city_values.items(): print(k,v)
    print(s.kinds, s.short, s.teams, s.played.replication)
    print(s.comparison)
