"""The pages: five workplaces over the rooms, one design system under all of them.

Owns the templates, style sheets, modules, words and the shape of numbers on a page; each workplace's folder owns its
routes. Knows nothing of tables: a page asks a room's door. `shell.register_web_environment(app)` makes an app speak
this design system; `docs/design-system.md` tells how a page is written.
"""
