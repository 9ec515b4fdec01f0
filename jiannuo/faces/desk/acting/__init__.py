"""Every step that is taken on the desk, as a form: its fields, whose word it is, what stands in its
way. `answering.answer` is the one way through it, `matter.Matter` what it has to know of a thing.

One step more for what has steps already: a line in acts.toml. Steps for a new subject:
1. acts.toml: a table with a line for each step, the word on its button; its name into `looks`.
   The fields are those of the step; [asks] calls one otherwise where its plain name says too little.
2. Its lists: a `lists.People` that says who its customer's people are and what there is to choose.
3. Its matter: a `sheets.Sheet` where values are enough, else a `matter.Plain` of its own that says
   `ref`, `title`, `back`, `options`, `href`, `for_customer` and `take` (plan/renewing.py is short).
4. Its view: `require`, look the thing up (404 for what is not there), `return answer(...)`.
5. A line in urls.py, a row in tests/faces/permits.toml; buttons lead to `matter.href(kind)`.
"""
