; SPDX-License-Identifier: MIT
; The same rules as in waltz.yaml, for CLIPS. The shape of a junction of three edges is found by a function, not with a table, which is
; faster there.
(deftemplate stage (slot now))
(deftemplate line (slot p1) (slot p2))
(deftemplate edge (slot p1) (slot p2) (slot dx) (slot dy) (slot joined) (slot label) (slot plotted))
(deftemplate junction (slot shape) (slot base) (slot p1) (slot p2) (slot p3))

; Below 0 when b lies clockwise from a.
(deffunction turn (?adx ?ady ?bdx ?bdy)
	(- (* ?adx ?bdy) (* ?ady ?bdx)))

(deffunction make-with-shaft (?shape ?base ?shaft ?a ?b)
	(assert (junction (shape ?shape) (base ?base) (p1 (max ?a ?b)) (p2 ?shaft) (p3 (min ?a ?b)))))

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
	(assert (edge (p1 ?p1) (p2 ?p2) (dx ?dx) (dy ?dy) (joined no) (label open) (plotted no)))
	(assert (edge (p1 ?p2) (p2 ?p1) (dx (- 0 ?dx)) (dy (- 0 ?dy)) (joined no) (label open) (plotted no)))
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
	?ea <- (edge (p1 ?base) (p2 ?a) (dx ?adx) (dy ?ady) (joined no))
	?eb <- (edge (p1 ?base) (p2 ?b&~?a) (dx ?bdx) (dy ?bdy) (joined no))
	?ec <- (edge (p1 ?base) (p2 ?c&~?a&~?b) (dx ?cdx) (dy ?cdy) (joined no))
	=>
	(make-junction ?base ?a ?adx ?ady ?b ?bdx ?bdy ?c ?cdx ?cdy)
	(modify ?ea (joined yes))
	(modify ?eb (joined yes))
	(modify ?ec (joined yes)))

(defrule corner
	(stage (now detect))
	?ea <- (edge (p1 ?base) (p2 ?a) (joined no))
	?eb <- (edge (p1 ?base) (p2 ?b&~?a) (joined no))
	(not (edge (p1 ?base) (p2 ~?a&~?b)))
	=>
	(assert (junction (shape l) (base ?base) (p1 ?a) (p2 ?b)))
	(modify ?ea (joined yes))
	(modify ?eb (joined yes)))

(defrule all-detected
	(declare (salience -10))
	?stage <- (stage (now detect))
	(not (edge (joined no)))
	=>
	(modify ?stage (now first-boundary)))

(defrule first-boundary-l
	?stage <- (stage (now first-boundary))
	(junction (shape l) (base ?base) (p1 ?a) (p2 ?b))
	?ea <- (edge (p1 ?base) (p2 ?a))
	?eb <- (edge (p1 ?base) (p2 ?b))
	(not (junction (base ?other&:(> ?other ?base))))
	=>
	(modify ?ea (label boundary))
	(modify ?eb (label boundary))
	(modify ?stage (now second-boundary)))

(defrule first-boundary-arrow
	?stage <- (stage (now first-boundary))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	?ea <- (edge (p1 ?base) (p2 ?a))
	?es <- (edge (p1 ?base) (p2 ?shaft))
	?eb <- (edge (p1 ?base) (p2 ?b))
	(not (junction (base ?other&:(> ?other ?base))))
	=>
	(modify ?ea (label boundary))
	(modify ?es (label plus))
	(modify ?eb (label boundary))
	(modify ?stage (now second-boundary)))

(defrule second-boundary-l
	?stage <- (stage (now second-boundary))
	(junction (shape l) (base ?base) (p1 ?a) (p2 ?b))
	?ea <- (edge (p1 ?base) (p2 ?a))
	?eb <- (edge (p1 ?base) (p2 ?b))
	(not (junction (base ?other&:(< ?other ?base))))
	=>
	(modify ?ea (label boundary))
	(modify ?eb (label boundary))
	(modify ?stage (now label)))

(defrule second-boundary-arrow
	?stage <- (stage (now second-boundary))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	?ea <- (edge (p1 ?base) (p2 ?a))
	?es <- (edge (p1 ?base) (p2 ?shaft))
	?eb <- (edge (p1 ?base) (p2 ?b))
	(not (junction (base ?other&:(< ?other ?base))))
	=>
	(modify ?ea (label boundary))
	(modify ?es (label plus))
	(modify ?eb (label boundary))
	(modify ?stage (now label)))

(defrule other-end
	(stage (now label))
	?ea <- (edge (p1 ?p1) (p2 ?p2) (label ?label&plus|minus|boundary))
	?eb <- (edge (p1 ?p2) (p2 ?p1) (label open))
	=>
	(modify ?ea (plotted yes))
	(modify ?eb (label ?label) (plotted yes)))

(defrule l
	(stage (now label))
	(junction (shape l) (base ?base))
	(edge (p1 ?base) (p2 ?a) (label plus|minus))
	?eb <- (edge (p1 ?base) (p2 ~?a) (label open))
	=>
	(modify ?eb (label boundary)))

(defrule tee-first
	(declare (salience 5))
	(stage (now label))
	(junction (shape tee) (base ?base) (p1 ?a) (p3 ?b))
	?ea <- (edge (p1 ?base) (p2 ?a) (label open))
	?eb <- (edge (p1 ?base) (p2 ?b))
	=>
	(modify ?ea (label boundary))
	(modify ?eb (label boundary)))

(defrule tee-last
	(stage (now label))
	(junction (shape tee) (base ?base) (p1 ?a) (p3 ?b))
	?ea <- (edge (p1 ?base) (p2 ?a))
	?eb <- (edge (p1 ?base) (p2 ?b) (label open))
	=>
	(modify ?ea (label boundary))
	(modify ?eb (label boundary)))

(defrule fork-plus
	(stage (now label))
	(junction (shape fork) (base ?base))
	(edge (p1 ?base) (p2 ?a) (label plus))
	?eb <- (edge (p1 ?base) (p2 ?b&~?a) (label open))
	?ec <- (edge (p1 ?base) (p2 ~?a&~?b))
	=>
	(modify ?eb (label plus))
	(modify ?ec (label plus)))

(defrule fork-boundary-minus
	(stage (now label))
	(junction (shape fork) (base ?base))
	(edge (p1 ?base) (p2 ?a) (label boundary))
	(edge (p1 ?base) (p2 ?b&~?a) (label minus))
	?ec <- (edge (p1 ?base) (p2 ~?a&~?b) (label open))
	=>
	(modify ?ec (label boundary)))

(defrule fork-boundary-boundary
	(stage (now label))
	(junction (shape fork) (base ?base))
	(edge (p1 ?base) (p2 ?a) (label boundary))
	(edge (p1 ?base) (p2 ?b&~?a) (label boundary))
	?ec <- (edge (p1 ?base) (p2 ~?a&~?b) (label open))
	=>
	(modify ?ec (label minus)))

(defrule fork-minus-minus
	(stage (now label))
	(junction (shape fork) (base ?base))
	(edge (p1 ?base) (p2 ?a) (label minus))
	(edge (p1 ?base) (p2 ?b&~?a) (label minus))
	?ec <- (edge (p1 ?base) (p2 ~?a&~?b) (label open))
	=>
	(modify ?ec (label minus)))

(defrule arrow-left-barb-shaft
	(declare (salience 5))
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?a) (label ?label&boundary|minus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft) (label open))
	?e2 <- (edge (p1 ?base) (p2 ?b))
	=>
	(modify ?e1 (label plus))
	(modify ?e2 (label ?label)))

(defrule arrow-left-barb-barb
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?a) (label ?label&boundary|minus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft))
	?e2 <- (edge (p1 ?base) (p2 ?b) (label open))
	=>
	(modify ?e1 (label plus))
	(modify ?e2 (label ?label)))

(defrule arrow-right-barb-shaft
	(declare (salience 5))
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?b) (label ?label&boundary|minus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft) (label open))
	?e2 <- (edge (p1 ?base) (p2 ?a))
	=>
	(modify ?e1 (label plus))
	(modify ?e2 (label ?label)))

(defrule arrow-right-barb-barb
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?b) (label ?label&boundary|minus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft))
	?e2 <- (edge (p1 ?base) (p2 ?a) (label open))
	=>
	(modify ?e1 (label plus))
	(modify ?e2 (label ?label)))

(defrule arrow-left-plus-shaft
	(declare (salience 5))
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?a) (label plus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft) (label open))
	?e2 <- (edge (p1 ?base) (p2 ?b))
	=>
	(modify ?e1 (label minus))
	(modify ?e2 (label plus)))

(defrule arrow-left-plus-barb
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?a) (label plus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft))
	?e2 <- (edge (p1 ?base) (p2 ?b) (label open))
	=>
	(modify ?e1 (label minus))
	(modify ?e2 (label plus)))

(defrule arrow-right-plus-shaft
	(declare (salience 5))
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?b) (label plus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft) (label open))
	?e2 <- (edge (p1 ?base) (p2 ?a))
	=>
	(modify ?e1 (label minus))
	(modify ?e2 (label plus)))

(defrule arrow-right-plus-barb
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?b) (label plus))
	?e1 <- (edge (p1 ?base) (p2 ?shaft))
	?e2 <- (edge (p1 ?base) (p2 ?a) (label open))
	=>
	(modify ?e1 (label minus))
	(modify ?e2 (label plus)))

(defrule arrow-shaft-minus-right
	(declare (salience 5))
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?shaft) (label minus))
	?e1 <- (edge (p1 ?base) (p2 ?a))
	?e2 <- (edge (p1 ?base) (p2 ?b) (label open))
	=>
	(modify ?e1 (label plus))
	(modify ?e2 (label plus)))

(defrule arrow-shaft-minus-left
	(stage (now label))
	(junction (shape arrow) (base ?base) (p1 ?a) (p2 ?shaft) (p3 ?b))
	(edge (p1 ?base) (p2 ?shaft) (label minus))
	?e1 <- (edge (p1 ?base) (p2 ?a) (label open))
	?e2 <- (edge (p1 ?base) (p2 ?b))
	=>
	(modify ?e1 (label plus))
	(modify ?e2 (label plus)))

(defrule all-labelled
	(declare (salience -10))
	?stage <- (stage (now label))
	=>
	(modify ?stage (now plot)))

(defrule plot-labelled
	(stage (now plot))
	?edge <- (edge (plotted no) (label ~open))
	=>
	(modify ?edge (plotted yes)))

(defrule plot-open
	(stage (now plot))
	?edge <- (edge (plotted no) (label open))
	=>
	(modify ?edge (plotted yes)))

(defrule all-plotted
	(declare (salience -10))
	?stage <- (stage (now plot))
	(not (edge (plotted no)))
	=>
	(modify ?stage (now done)))
