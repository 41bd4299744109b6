; SPDX-License-Identifier: MIT
; The same rules as in manners.yaml, for CLIPS.
(deftemplate phase (slot now))
(deftemplate counter (slot next))
(deftemplate table (slot seats))
(deftemplate guest (slot name) (slot sex) (slot hobby))
(deftemplate seating (slot id) (slot after) (slot left) (slot left_seat) (slot right) (slot right_seat) (slot copied))
(deftemplate path (slot seating) (slot name) (slot seat))
(deftemplate tried (slot seating) (slot name) (slot hobby))

(defrule first-seat
	?phase <- (phase (now begin))
	(guest (name ?guest))
	?counter <- (counter (next ?id))
	=>
	(assert (seating (id ?id) (after 0) (left ?guest) (left_seat 1) (right ?guest) (right_seat 1) (copied yes)))
	(assert (path (seating ?id) (name ?guest) (seat 1)))
	(modify ?counter (next (+ ?id 1)))
	(modify ?phase (now seat)))

(defrule next-seat
	?phase <- (phase (now seat))
	(seating (id ?last) (right ?neighbour) (right_seat ?seat) (copied yes))
	(guest (name ?neighbour) (sex ?sex) (hobby ?hobby))
	(guest (name ?found) (sex ~?sex) (hobby ?hobby))
	?counter <- (counter (next ?id))
	(not (path (seating ?last) (name ?found)))
	(not (tried (seating ?last) (name ?found) (hobby ?hobby)))
	=>
	(assert (seating (id ?id) (after ?last) (left ?neighbour) (left_seat ?seat) (right ?found) (right_seat (+ ?seat 1)) (copied no)))
	(assert (path (seating ?id) (name ?found) (seat (+ ?seat 1))))
	(assert (tried (seating ?last) (name ?found) (hobby ?hobby)))
	(modify ?counter (next (+ ?id 1)))
	(modify ?phase (now copy)))

(defrule copy-path
	(phase (now copy))
	(seating (id ?new) (after ?last) (copied no))
	(path (seating ?last) (name ?name) (seat ?seat))
	(not (path (seating ?new) (name ?name)))
	=>
	(assert (path (seating ?new) (name ?name) (seat ?seat))))

(defrule path-copied
	?phase <- (phase (now copy))
	?new <- (seating (copied no))
	=>
	(modify ?new (copied yes))
	(modify ?phase (now check)))

(defrule all-seated
	?phase <- (phase (now check))
	(table (seats ?seats))
	(seating (right_seat ?seats))
	=>
	(modify ?phase (now print)))

(defrule go-on
	?phase <- (phase (now check))
	=>
	(modify ?phase (now seat)))

(defrule print-seat
	(phase (now print))
	(seating (id ?last) (right_seat ?seats))
	(table (seats ?seats))
	?path <- (path (seating ?last))
	=>
	(retract ?path))

(defrule finish
	?phase <- (phase (now print))
	=>
	(modify ?phase (now end)))
