"""Italian abbreviations that end in a full stop, by what may follow them, without their last stop."""

# Something always follows: titles before names, words of reference and address. Their stop never ends a sentence.
OPEN = frozenset(
    """
    sig sigg sigra sig.ra sig.na sig.ri dott dott.ssa dott.sse dott.ri dr dr.ssa prof proff prof.ssa prof.sse avv avv.ssa
    avv.ti ing arch geom rag on onn on.le on.li sen min.ro pres mons don card cardd gen col magg cap ten serg mar amm comm
    cav cav.uff gr.uff uff egr gent gent.ma gent.mo ill ill.mo ill.ma spett preg.mo rev rev.mo ecc.mo chiar.mo s ss st bb
    ven p.zza v.le c.so l.go art artt nn cfr cf vd v vs all lett prot rif distr cosid cosidd sedic ca c.ca ed edd trad
    ad.es p.es es dir soc coop mr mrs ms prov loc fraz staz f.lli d.lgs d.l d.p.r d.m dlgs l.r c.p.c c.p reg rep geb fam
    """.split()
)
# Open before a figure, a Roman numeral or a single letter (`pag. 3`, `cap. IV`, `tel. 06`), ends elsewhere.
OPEN_BEFORE_NUMBERS = frozenset(
    """
    n p pp pag pagg pg cap capp vol voll fig figg tab tabb tav tavv par parr sez tel cell fax int scala sc no nr num lit l
    cod ver vers max min h circ parag c co cc rich doc docc gg sec secc
    """.split()
)
# Words with which sentences begin and surnames do not, elided ones without their apostrophe: before them a single
# capital was an end (`la vitamina C. Il medico`).
OPENERS = frozenset(
    """
    il lo la i gli le un uno una e ed ma se non si che chi come dove quando perché in nel nello nella nei negli nelle per
    con da dal dallo dalla dai dagli dalle di del dello della dei degli delle a ad al allo alla ai agli alle su sul sulla
    sui sulle tra fra è sono era erano ha hanno ci anche poi dopo prima questo questa questi queste quel quella quello
    quei quelle così secondo oggi ieri domani ora allora infatti inoltre però tuttavia mentre durante senza tutto tutti
    tutte qui qua là ogni alcuni alcune molti molte io tu lui lei noi voi loro nessuno solo ecco l c d all dell nell dall
    sull quest quell
    """.split()
)
