; SPDX-License-Identifier: MIT
; The same rules as in waltzdb.yaml, for CLIPS. The shape of a junction of three edges is found by a function, not with a table, which
; is faster there.
(deftemplate stage (slot now))
(deftemplate line (slot p1) (slot p2))
(deftemplate edge (slot p1) (slot p2) (slot dx) (slot dy) (slot joined))
(deftemplate junction (slot edges) (slot shape) (slot base) (slot p1) (slot p2) (slot p3) (slot visited))
(deftemplate row (slot id) (slot shape) (slot n1) (slot n2) (slot n3))
(deftemplate edge_label (slot p1) (slot p2) (slot label) (slot row))
(deftemplate refuted (slot base) (slot row))

; Below 0 when b lies clockwise from a.
(deffunction turn (?adx ?ady ?bdx ?bdy)
	(- (* ?adx ?bdy) (* ?ady ?bdx)))

(deffunction make-with-shaft (?shape ?base ?shaft ?a ?b)
	(assert (junction (edges 3j) (shape ?shape) (base ?base) (p1 (max ?a ?b)) (p2 ?shaft) (p3 (min ?a ?b)) (visited open))))

; The shaft is the edge at which the turns to it and from it go the same way; at a fork they do at every edge.
(deffunction make-junction (?base ?a ?adx ?ady ?b ?bdx ?bdy ?c ?cdx ?cdy)
	(bind ?ab (turn ?adx ?ady ?bdx ?bdy))
	(bind ?bc (turn ?bdx ?bdy ?cdx ?cdy))
	(bind ?ca (turn ?cdx ?cdy ?adx ?ady))
	(bind ?shape (if (= (* ?ab ?bc ?ca) 0) then tee else arrow))
	(if (> (* ?ab ?bc) 0)
		then (make-with-shaft (if (> (* ?bc ?ca) 0) then fork else ?shape) ?base ?b ?a ?c)
		else (if (> (* ?bc ?ca) 0)
			then (make-with-shaft ?shape ?base ?c ?a ?b)
			else (make-with-shaft ?shape ?base ?a ?b ?c))))

(defrule duplicate-line
	(stage (now duplicate))
	?line <- (line (p1 ?p1) (p2 ?p2))
	=>
	(bind ?dx (- (div ?p2 10000) (div ?p1 10000)))
	(bind ?dy (- ?p2 ?p1 (* 10000 ?dx)))
	(assert (edge (p1 ?p1) (p2 ?p2) (dx ?dx) (dy ?dy) (joined open)))
	(assert (edge (p1 ?p2) (p2 ?p1) (dx (- 0 ?dx)) (dy (- 0 ?dy)) (joined open)))
	(retract ?line))

(defrule all-duplicated
	(declare (salience -10))
	?stage <- (stage (now duplicate))
	(not (line))
	=>
	(modify ?stage (now detect)))

(defrule three
	(declare (salience 10))
	(stage (now detect))
	?ea <- (edge (p1 ?base) (p2 ?a) (dx ?adx) (dy ?ady) (joined open))
	?eb <- (edge (p1 ?base) (p2 ?b&~?a) (dx ?bdx) (dy ?bdy) (joined open))
	?ec <- (edge (p1 ?base) (p2 ?c&~?a&~?b) (dx ?cdx) (dy ?cdy) (joined open))
	=>
	(make-junction ?base ?a ?adx ?ady ?b ?bdx ?bdy ?c ?cdx ?cdy)
	(modify ?ea (joined 3j))
	(modify ?eb (joined 3j))
	(modify ?ec (joined 3j)))

(defrule corner
	(stage (now detect))
	?ea <- (edge (p1 ?base) (p2 ?a) (joined open))
	?eb <- (edge (p1 ?base) (p2 ?b&~?a) (joined open))
	(not (edge (p1 ?base) (p2 ~?a&~?b)))
	=>
	(assert (junction (edges 2j) (shape l) (base ?base) (p1 ?a) (p2 ?b) (visited open)))
	(modify ?ea (joined 2j))
	(modify ?eb (joined 2j)))

(defrule all-detected
	(declare (salience -10))
	?stage <- (stage (now detect))
	(not (edge (joined open)))
	=>
	(modify ?stage (now first-boundary)))

(defrule first-boundary-l
	?stage <- (stage (now first-boundary))
	?j <- (junction (shape l) (base ?base) (p1 ?p1) (p2 ?p2))
	(edge (p1 ?base) (p2 ?p1))
	(edge (p1 ?base) (p2 ?p2))
	(not (junction (base ?other&:(> ?other ?base))))
	=>
	(modify ?j (visited visited))
	(assert (edge_label (p1 ?base) (p2 ?p1) (label boundary) (row 1)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label boundary) (row 1)))
	(modify ?stage (now second-boundary)))

(defrule first-boundary-arrow
	?stage <- (stage (now first-boundary))
	?j <- (junction (shape arrow) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3))
	(edge (p1 ?base) (p2 ?p1))
	(edge (p1 ?base) (p2 ?p2))
	(edge (p1 ?base) (p2 ?p3))
	(not (junction (base ?other&:(> ?other ?base))))
	=>
	(modify ?j (visited visited))
	(assert (edge_label (p1 ?base) (p2 ?p1) (label boundary) (row 14)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label plus) (row 14)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label boundary) (row 14)))
	(modify ?stage (now second-boundary)))

(defrule second-boundary-l
	?stage <- (stage (now second-boundary))
	?j <- (junction (shape l) (base ?base) (p1 ?p1) (p2 ?p2))
	(edge (p1 ?base) (p2 ?p1))
	(edge (p1 ?base) (p2 ?p2))
	(not (junction (base ?other&:(< ?other ?base))))
	=>
	(modify ?j (visited visited))
	(assert (edge_label (p1 ?base) (p2 ?p1) (label boundary) (row 1)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label boundary) (row 1)))
	(modify ?stage (now choose)))

(defrule second-boundary-arrow
	?stage <- (stage (now second-boundary))
	?j <- (junction (shape arrow) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3))
	(edge (p1 ?base) (p2 ?p1))
	(edge (p1 ?base) (p2 ?p2))
	(edge (p1 ?base) (p2 ?p3))
	(not (junction (base ?other&:(< ?other ?base))))
	=>
	(modify ?j (visited visited))
	(assert (edge_label (p1 ?base) (p2 ?p1) (label boundary) (row 14)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label plus) (row 14)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label boundary) (row 14)))
	(modify ?stage (now choose)))

(defrule choose-3j
	?stage <- (stage (now choose))
	?j <- (junction (edges 3j) (visited open))
	=>
	(modify ?stage (now visit-3j))
	(modify ?j (visited here)))

(defrule visit-3j-abc
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(edge_label (p1 ?p1) (p2 ?base) (label ?n1))
	(edge_label (p1 ?p2) (p2 ?base) (label ?n2))
	(edge_label (p1 ?p3) (p2 ?base) (label ?n3))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule visit-3j-bc
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(not (edge_label (p1 ?p1) (p2 ?base)))
	(edge_label (p1 ?p2) (p2 ?base) (label ?n2))
	(edge_label (p1 ?p3) (p2 ?base) (label ?n3))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule visit-3j-ac
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(edge_label (p1 ?p1) (p2 ?base) (label ?n1))
	(not (edge_label (p1 ?p2) (p2 ?base)))
	(edge_label (p1 ?p3) (p2 ?base) (label ?n3))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule visit-3j-c
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(not (edge_label (p1 ?p1) (p2 ?base)))
	(not (edge_label (p1 ?p2) (p2 ?base)))
	(edge_label (p1 ?p3) (p2 ?base) (label ?n3))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule visit-3j-ab
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(edge_label (p1 ?p1) (p2 ?base) (label ?n1))
	(edge_label (p1 ?p2) (p2 ?base) (label ?n2))
	(not (edge_label (p1 ?p3) (p2 ?base)))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule visit-3j-b
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(not (edge_label (p1 ?p1) (p2 ?base)))
	(edge_label (p1 ?p2) (p2 ?base) (label ?n2))
	(not (edge_label (p1 ?p3) (p2 ?base)))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule visit-3j-a
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(edge_label (p1 ?p1) (p2 ?base) (label ?n1))
	(not (edge_label (p1 ?p2) (p2 ?base)))
	(not (edge_label (p1 ?p3) (p2 ?base)))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule visit-3j-none
	(stage (now visit-3j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2) (n3 ?n3))
	(not (edge_label (p1 ?p1) (p2 ?base)))
	(not (edge_label (p1 ?p2) (p2 ?base)))
	(not (edge_label (p1 ?p3) (p2 ?base)))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p3) (label ?n3) (row ?row))))

(defrule choose-2j
	?stage <- (stage (now choose))
	?j <- (junction (edges 2j) (visited open))
	=>
	(modify ?stage (now visit-2j))
	(modify ?j (visited here)))

(defrule visit-2j-ab
	(stage (now visit-2j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2))
	(edge_label (p1 ?p1) (p2 ?base) (label ?n1))
	(edge_label (p1 ?p2) (p2 ?base) (label ?n2))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row))))

(defrule visit-2j-b
	(stage (now visit-2j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2))
	(not (edge_label (p1 ?p1) (p2 ?base)))
	(edge_label (p1 ?p2) (p2 ?base) (label ?n2))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row))))

(defrule visit-2j-a
	(stage (now visit-2j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2))
	(edge_label (p1 ?p1) (p2 ?base) (label ?n1))
	(not (edge_label (p1 ?p2) (p2 ?base)))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row))))

(defrule visit-2j-none
	(stage (now visit-2j))
	(junction (shape ?shape) (base ?base) (p1 ?p1) (p2 ?p2) (visited here))
	(row (id ?row) (shape ?shape) (n1 ?n1) (n2 ?n2))
	(not (edge_label (p1 ?p1) (p2 ?base)))
	(not (edge_label (p1 ?p2) (p2 ?base)))
	(not (edge_label (p1 ?base) (row ?row)))
	=>
	(assert (edge_label (p1 ?base) (p2 ?p1) (label ?n1) (row ?row)))
	(assert (edge_label (p1 ?base) (p2 ?p2) (label ?n2) (row ?row))))

(defrule end-visit
	(declare (salience -10))
	?stage <- (stage (now visit-3j|visit-2j))
	(junction (visited here))
	=>
	(modify ?stage (now mark)))

(defrule mark
	(stage (now mark))
	(junction (base ?base) (visited here))
	(edge (p1 ?p) (p2 ?base))
	?neighbour <- (junction (base ?p) (visited visited))
	=>
	(modify ?neighbour (visited check)))

(defrule all-marked
	(declare (salience -10))
	(stage (now mark))
	?j <- (junction (visited here))
	=>
	(modify ?j (visited visited)))

(defrule start-check
	(declare (salience -20))
	?stage <- (stage (now mark))
	=>
	(modify ?stage (now check)))

(defrule refute
	?stage <- (stage (now check))
	(junction (base ?base) (visited check))
	(edge_label (p1 ?base) (p2 ?p) (label ?label) (row ?row))
	(junction (base ?p) (visited visited))
	(not (edge_label (p1 ?p) (p2 ?base) (label ?label)))
	=>
	(modify ?stage (now remove))
	(assert (refuted (base ?base) (row ?row))))

(defrule remove-3j
	?stage <- (stage (now remove))
	?refuted <- (refuted (base ?base) (row ?row))
	(junction (edges 3j) (base ?base) (p1 ?p1) (p2 ?p2) (p3 ?p3))
	?a <- (edge_label (p1 ?base) (p2 ?p1) (row ?row))
	?b <- (edge_label (p1 ?base) (p2 ?p2) (row ?row))
	?c <- (edge_label (p1 ?base) (p2 ?p3) (row ?row))
	=>
	(modify ?stage (now check))
	(retract ?refuted ?a ?b ?c))

(defrule remove-2j
	?stage <- (stage (now remove))
	?refuted <- (refuted (base ?base) (row ?row))
	(junction (edges 2j) (base ?base) (p1 ?p1) (p2 ?p2))
	?a <- (edge_label (p1 ?base) (p2 ?p1) (row ?row))
	?b <- (edge_label (p1 ?base) (p2 ?p2) (row ?row))
	=>
	(modify ?stage (now check))
	(retract ?refuted ?a ?b))

(defrule checked
	(declare (salience -10))
	(stage (now check))
	?j <- (junction (visited check))
	=>
	(modify ?j (visited visited)))

(defrule all-checked
	(declare (salience -20))
	?stage <- (stage (now check))
	=>
	(modify ?stage (now choose)))

(defrule all-visited
	(declare (salience -20))
	?stage <- (stage (now choose))
	=>
	(modify ?stage (now print)))

(defrule finish
	?stage <- (stage (now print))
	=>
	(modify ?stage (now done)))
