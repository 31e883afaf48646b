"""Word lists of any field: function words, parts of names, acronyms of venues, and words in names of venues."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[str]:
    return frozenset(phrase.strip() for phrase in text.split(","))


FUNCTION_WORDS: Final = _words(
    """
    a across after against all among an and are as at based be before between beyond by can could do does during every
    for from has have how in into is its need needs no not of on or our over should than that the their them they this
    through to toward towards under using via was we were what when where which who why will with without would you
    your
    """
)
"""Words that most titles hold and hardly any name does."""

ORGANISATIONS: Final = _phrases(
    """
    adobe, alibaba, amazon, apple, aws, baidu, bytedance, caltech, cmu, deepmind, epfl, eth, facebook, google,
    google brain, google deepmind, google research, harvard, huawei, ibm, ibm research, inria, intel, kaist, meta,
    meta ai, microsoft, microsoft research, mit, msra, nvidia, openai, princeton, qualcomm, salesforce, samsung, sjtu,
    stanford, tencent, tsinghua, uber, uc berkeley, ucb, ucla, ucsd, uiuc, ustc, waymo, webank, yahoo, zju
    """
)
"""Short names of well-known universities and firms, in lower case."""

CITIES: Final = _phrases(
    """
    buenos aires, cambridge ma, hong kong, las vegas, los angeles, new delhi, new york, new york city, salt lake city,
    san diego, san francisco, san jose, santa barbara, são paulo, tel aviv
    """
)
"""Cities of several words, in lower case, where publishers and conferences are; their form is that of a name."""

TITLE_ADVERBS: Final = _words(
    """
    again better everything faster fewer four here it less me more never nothing now once one only something then there
    three twice two
    """
)
"""Other words that no name holds: "Remember Less, Forget Less" is no two people."""

NO_NAME_WORDS: Final = _words(
    """
    about accelerated accelerating acceleration accelerator access accuracy accurate achieving acoustic action
    active activity adaptation adapting adaptive addressing adjustment advanced advances adversarial advisor ageing
    agent agentic agents aggregated aggregation aging agnostic air algorithm algorithmic alignment allocation
    analysis analytics analyzing ancient android animal animals annotation anomaly answering application
    applications approach approaches approximate approximation arbitrary architecture architectures articulated
    asking assignment assisted association attack attacks attention attentive attribute audio augmentation
    augmentations augmented augmenting authentication autoencoder autoencoders automated automatic automatically
    autonomous autoregressive auxiliary avatars averaging aware bachelorarbeit backdoor backdoors balanced balancing
    bandit bandits bandwidth barely baseline batch bayesian behavior behaviors behind benchmark benchmarking
    benchmarks bias biased bidirectional bilevel binary biomedical blockchain boost boosting boring both bottleneck
    boundaries bounds brain bread break breaking bridging budget byzantine cache caching calibrated calibration
    camera cancer captions carbon cardinality catastrophic cells centralized certified chain chains challenges
    channel channels chatgpt cheap cities city citywide classification classifier client clients climate clinical
    clipping cloud clouds cluster clustered clustering clusters cnns coarsening code codec coded codes coding
    collaborative collapse collective combining communication communications community comparative comparison
    compiler completion complex complexity composite compositional comprehensive compressed computation
    computational computer computing concept concurrent condensation conditional configuration congestion connected
    consensus considered consistency consistent constant constrained constraints contact content context contexts
    contextual continual contrastive contribution control controllable controlled convergence conversation
    conversational convex convolution convolutional convolutions cooperative corpus correction correlation cost
    costs cough counterparts counting coupled coverage credit critical crowd crowdsensing crowdsourcing curriculum
    curves damaged data database databases dataset datasets debiasing decentralized decision decoding decomposition
    decoupled decoupling deeper defending defenses deformable deformation delay delayed delivery demand
    demonstration demonstrations demystifying denoising dense density depth descent descriptors design designing
    detecting detection detector detectors development device devices diabetes diagnosis dialogue different
    differentiable differential differentially diffusion digital dimensional diplomarbeit direct directed direction
    directions discovering discovery discrete disease disentangled dissertation dissertationen distance distillation
    distributed distribution distributionally distributions diverse diversity doktorarbeit domain domains double
    doubly drift driven drivers driving dropout drought dual dynamic dynamical dynamics easy echo edge edges editing
    effective effects efficiency efficiently elastic electronic embedded embedding embeddings embodied emerging
    empirical empowering emulation enabled enables enabling encoders encoding encryption energy engine engineering
    engines enhanced enhancing enough ensemble entity entropy environment environments equations equivariant error
    errors estimating estimation estimator evaluating event events evidence evolution evolutionary exact examples
    execution experience experiment experimental experimentation experiments expert experts explainable explaining
    explanations explicit exploration exploring expressive external extracting extraction extrapolation extreme
    facilitating factorization failing failure fairness falls false family feature features fedavg federated
    federation feedback few file filter filtering filters finding floods flows folding forecasting forget forgetting
    forgotten foundation frequency full fully function functional functions fusion future fuzzer fuzzing games gaps
    gated generalizable generalization generalized generate generating generation generic geometric geometry global
    gpus gradient gradients graph graphics graphs grounding guarantee guaranteed guarantees guide guided
    habilitation handling hardware harmonizing harnessing hash hashing health healthcare heavy help heterogeneity
    heterogeneous hidden hierarchical high highly holistic homomorphic horizontal hospital hospitals human humans
    hybrid hyperparameter identification image images imaging imbalance imbalanced imitation impact implementation
    implicit importance improve improved improvement improves improving incentive incomplete inconsistency
    incremental index indexes indexing individual indoor inductive industrial infection inferring influence
    informatics information infrastructure injection input insights instance instruction instructions integrated
    integrating integration integrity intelligence intelligent interaction interactions interactive interface
    interference internet interpretable intrinsic intrusion invariant inverse inversion issues iterative join joins
    joint kernels keyboard kitchens know knowledge label labels languages large late latency latent later layers
    layout layouts lazy leak leakage learn learnable learned learners length lessons level leveraging library lidar
    lightweight limited limits linear lines listening llms load localization locally location logs look loop lora
    loss losses lossless lost lower lstm lying machine make making malicious malware management manipulation many
    mapping maps masked masking massive masterarbeit matching matrix matter matters maximization measurement
    measuring mechanism mechanisms medical meets membership memoria memory merging mesh meshes message meta method
    methods metric metrics metro million mimo mind minimal minimax minimization mining missed missing mitigating
    mitigation mixed mixing mixture mobile mobility modeling modelling models modern modular molecular momentum
    monitoring monocular motion moving much multilingual multimodal multiple multiscale multitask multivariate
    mutual mémoire navigation negative neighbor nerf netflix network networks neural neuromorphic next night nobody
    nocturnal node nodes noise noisy nonconvex normalization notes novel number object objective objects
    observational occupancy offline offloading old online open operators opportunities optical optimal optimality
    optimization optimized optimizer optimizing ordered other overcoming overhead overlapping overview packet
    paradigm parallel parallelism parameters parametric parsing part partial partially participant participants
    participation partitioned partitioning passenger passing passive patches paths patient pattern patterns
    perception performance periodic persistent personalization personalized perturbation phone physical pipeline
    pipelines placement planning plans plastic platform platforms point points poisoning policies policy pooling
    position posterior potential powered powerful practical precision predict predicting prediction predictions
    predictive preference preferences preservation preserving pretrained pretraining privacy private proactive
    probabilistic problem problems process processes processing processor processors product production proefschrift
    program programmable programming programs progress progressive projection prompt prompting prompts propagation
    property protecting protection protein proteins protocol prototype prototypes provable provably proxy pruning
    public python quality quantification quantization quantized quantum query question questions queues quiet
    radiance radiology random randomized ranking rapid rare rate rates rdma realistic reality really reasoning
    recipe recipes recognition recommendation recommendations recommender reconstructing reconstruction records
    reduced reducing reduction refinement region registration regret regularization regularized reinforcement
    relation relational relations reliable remembering remote rendering replay report reports representation
    representations residual resilient resource resources results rethinking retrieval reverse review revisited
    revisiting robot robotic robots robust robustness role rough route routing rules safer safety sampling scale
    scaling scan scans scene scenes scheduling scheme scientific score scriptie search secure securing security
    seeing segmentation selection selective selectivity semantic sensing sensitive sensitivity sensor sensors
    sentiment sequence sequences sequential series server serverless service services serving sets setting settings
    shape shapes shared sharing shift shifts sick side signal signed silos similarity simulated simulation simulator
    single size skeleton sketches sketching sleep sleepless slow slower small smaller smoothing social soft software
    soils solar solution solving sound source sources sparse sparsification sparsity spatial spatiotemporal spectral
    speculative speech speeding speedup spiking split splitting stability stable stars stateful static statistical
    step steps stereo stitching stochastic storage store strategies strategy streaming streams structural structure
    structured structures stubborn studienarbeit studies study style subgraph submodel sudden summarization
    supervised supervision support surface surfaces surgery surprising symbolic synthesis synthetic systematic
    systems table tables tabular tackling tail taming tangent target targeted task tasks taxi taxonomy teachers
    teaching technical techniques temporal tensor tese tesi tesis testing tests theoretical theory thesis things
    think thousand threats thèse tides time tiny token tokens tool tools topology tracing tracking traffic training
    trajectories trajectory transactions transfer transferable transformation transformer transformers translation
    transmission transparent transport travel treatment trees tremors trusted trustworthy tumor tumors tumour
    twitter type unbiased uncertainty understanding universal unlabeled unlearning unlocking unseen unsupervised
    updatable update updates updating urban user users utilizing vaccines validation valuation value variable
    variance variational vector vehicle vehicles vehicular verifiable verification versatile vertical vertically
    very video videos view views virtual virus vision visual voice volume volumetric voting voxel vulnerabilities
    walking warning water weak weakly wearable wearables weather weight weighted weights while whole wildfire
    wildfires wireless words work workload workloads wrong xgboost years
    """
)
"""Other words of titles that are hardly ever part of a name: "Extreme Rain, Few Samples" is no two people."""

PARTICLES: Final = _words(
    """
    & af al and av bin da dal das de del della den der di do dos du el et ibn ii iii jr la le sr st ten ter van von zu
    """
)
"""Words in lower case that are part of a list of names."""

FUNCTION_SURNAMES: Final = _words(
    """
    a all an as at be by can do how in is its to we you
    """
)
"""Function words that are also surnames or initials."""

VENUE_FIELDS: Final = {
    "machine learning": """
        aaai aabi aamas accml acml acsc aies aij aistats alt automl collas colt conll corl ecai ecml esann icaart icann
        icaps iccc iclp iclr iclrw icml icmla icmlw ijcai ijcnn jair jmlr kr l4dc learn log midl ml ml4h mlj mlsp mlsys
        neurips neuripsw nips nldb pkdd pricai ruleml sysml tmlr tnn tnnls trec uai
    """,
    "vision, speech and language": """
        3dv accv acl acmmm asru bmvc cgf cicling coling csl cvpr cvprw dcase eacl eccv eccvw ecir emnlp eurovis eusipco
        icassp iccv iccvw icip icme icmr icpr igarss ijcv interspeech ismar ismir isprs jstars lrec media mia mm naacl
        pami semeval siggraph slt tacl tcsvt tgrs tip tmm tog tpami tvcg vis wacv
    """,
    "data and the web": """
        aied asonam bigdata cacm cidr cikm csur dasfaa dmkd dsaa dsn edbt edm eswa eswc hicss icbk icde icdm icdmw icdt
        icwsm ins iswc its jacm jcdl jws kais kbs kdd lak pakdd pods pvldb recsys sdm semweb sigcse sigir sigkdd sigmod
        socinfo ssdbm tbd tist tkdd tkde tods tois tweb vldb webconf webmedia wsdm www
    """,
    "systems, networks and hardware": """
        apnet ase asplos atc cav ccgrid cgo cluster comnet comst conext dac date debs ecoop esec esop europar eurosys
        fast fccm fgcs fmcad fpga fse globecom hipc hotnets hotos hotstorage hpca hpdc icc iccad iccd icdcs icfp icics
        icnp icpads icpp icse icsme icst imc infocom iotdi iotj ipdps ipsn isca iscas ispa isscc issre issta iwqos jiot
        jpdc jsac jssc jstsp lics mascots mass micro middleware mobicom mobihoc mobisys msr nsdi oopsla osdi pact percom
        pimrc pldi podc popl ppopp saner sc secon sensys sigcomm sigmetrics socc sosp spaa spawc srds tacas tc tcad tcc
        tccn tcom tii tits tmc tnsm tosem tpds tsc tse tsmc tsp tvt twc usenix vmcai vtc wcnc
    """,
    "security and theory": """
        acsac allerton asiaccs asiacrypt cade ccs ches crypto csf dimva esorics eurocrypt eurosp focs icalp ijcar isit
        issac itcs itw ndss oakland pets pkc popets raid sacmat soda sp stacs stoc tcyb tdsc tifs tissec tit trustcom
        wpes
    """,
    "people, robots and society": """
        cec chi cogsci cscw csm etra facct fairml fat* gecco haii hri icls icra ijrr imwut interact iros iui ppsn ral
        rss smc taslp toc tochi tro ubicomp uist
    """,
    "medicine and biology": """
        aje ajr ajrccm amia bib bioinformatics biorxiv bmcmid bmj chil elife embc embo eurradiol haematologica ipmi isbi
        ismb jacc jama jamia jbhi jbi jco jmir lancet medrxiv miccai mlhc mrm nar ncomms nejm neuroimage neurology nmeth
        npj plos pnas psb radiology recomb sdss tbme tcbb tmi
    """,
    "physics, chemistry, mathematics and engineering": """
        aanda acsnano aiaa ajp angew apj apjl asce asme bams cell chemrxiv epjc epl ewsn grl icosahom icpc jacs jcap
        jcp jcst jctc jfm jgr jhep jinst jmp jpc mnras nature njp npb pasj pccp plb prb prc prd pre prl prx rmp science
        siam sicon simax sisc
    """,
    "economics, law and social science": """
        aejapp aer ajps apsr ecis ecma econometrica icail icis jaere jde jeea jel jep jfe jle jme jole jpe jpube jrfm
        jurix misq nber orsc poq qje restat restud rfs ssci ssrn
    """,
    "series and archives": """
        access arxiv asoc ccis ceur corr ijca lnai lncs lnicst neucom neurocomputing osf pmlr pr procedia scis techrxiv
        tutorials
    """,
}
"""Acronyms and short names of venues in lower case, by field."""

VENUES: Final = frozenset(name for names in VENUE_FIELDS.values() for name in names.split())

WORDS_AS_VENUES: Final = _words(
    """
    access cell cluster crypto date fast ins interact its learn log micro middleware ml mm nature neurology pr pre
    radiology sc science sp tutorials vis
    """
)
"""Acronyms of venues that are also common words or abbreviations; they count where `VENUES_AS_WRITTEN` holds them."""

VENUES_AS_WRITTEN: Final = _words(
    """
    Access Cell CRYPTO DATE FAST MICRO ML MM NATURE Nature Neurology PR PRE Radiology SC SCIENCE Science SP VIS
    """
)

CAPITALS_AS_VENUES: Final = _words("chi mass media mia pets pods raid ral soda tip tog tro")
"""Acronyms of venues that are words or names unless they hold two capitals."""

VENUE_WORDS: Final = _words(
    """
    acm annals appl. arxiv bioinformatics biorxiv bulletin chem. commun. conf. conference conferences econ. elsevier
    eng. ieee int. intell. j. journal journals lancet lett. mach. magazine math. med. medrxiv nat. neurocomputing
    openreview phys. plos preprint preprints proc proc. proceedings rev. sci. springer symp. symposium syst. trans.
    transaction transactions usenix workshop workshops yearbook
    """
)
"""Words in names of venues, in lower case; those with a dot only as abbreviations."""

WORDS_OF_BOTH: Final = _words(
    """
    acta archives cell dissertation findings frontiers letters nature press quarterly review reviews surveys thesis
    university
    """
)
"""Words in names of venues that titles hold, too; there, words of `TITLE_WORDS` stand beside them."""

TITLE_WORDS: Final = _words("a an are by can from how is using via we what when why with without toward towards")

VENUE_PHRASES: Final = (
    "advances in",
    "foundations and trends",
    "science advances",
    "scientific reports",
    "lecture notes",
    "technical report",
    "ph.d",
    "phd thesis",
    "hal-",
    "under review",
)
"""Parts of names of venues that are longer or shorter than a word."""

VENUE_SMALL_WORDS: Final = _words(
    """
    and arxiv conference for in international journal of on preprint proceedings the to with workshop
    """
)
"""Words in lower case that names of venues hold as well as titles do."""

VENUE_NOUNS: Final = _words(
    """
    paper papers
    analysis processing graphics vision imaging learning computers humanities behavior behaviour finance accounting
    marketing logistics demography anthropology archaeology geography botany zoology genetics genomics immunology
    virology toxicology pharmacology pathology neurology psychiatry pediatrics nutrition nursing ethics literature
    culture arts design architecture media games music film transportation mobility tourism sport sports
    express open access journal review reviews letters proceedings conference workshop symposium magazine
    quarterly bulletin
    annals studies planning acoustics research science sciences technology technologies engineering
    economics biology medicine physics chemistry psychology education history law society systems computing
    informatics statistics mathematics mechanics linguistics philosophy ecology health policy management
    archives reports advances methods topology intelligence robotics evolution cognition environment disease
    surgery oncology radiology neuroscience university press institute college web communication
    communications arxiv psyarxiv biorxiv medrxiv world digest gazette today dialogue forum cell gut blood
    trials matter sleep cortex language heredity notes news sensors networks materials energy climate
    oecologia diabetes stroke chest brain neuron
    """
)
"""Words at the end of names of venues that otherwise look like the name of a person: "Powder Technology"."""

HAN_SURNAMES: Final = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕"
    "殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程邢裴陆荣翁荀羊惠甄曲家封芮储靳汲邴糜松井段富巫乌焦"
    "巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄"
    "姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越夔隆师"
    "巩厍聂晁勾敖融冷兰訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖闫佟涂代"
)
"""The first characters of Chinese surnames: a text that starts otherwise is no name."""

ABBREVIATIONS: Final = _words(
    """
    abstr acad acta adv agric anal anim annu antimicrob appl arch archaeol artif assoc astron astrophys atmos
    autom behav biochem bioeng bioinf bioinform biol biomater biomech biomed biometr biophys biosci biotechnol
    bot brit calc cardiol cell chem chin chron circ class clin cogn comb commun comp comput conf conserv contemp
    corros cryst curr cyst decis dent deriv dermatol determ dev diabet diagn differ discov distrib dyn ecol econ
    econom econometr educ electr electrochem electromagn electron endocrinol energ eng entomol environ epidemiol
    ergon ethnopharmacol eur eval evol exp expo fam fract funct fundam gastroenterol gen genet geochem geogr
    geol geophys geosci geriatr grav gynecol haematol heal hepatol hist homol hosp hum hydrobiol hydrol hyg imag
    immunol ind inf infect inform inorg inst instrum int integr intell interact interdiscip interv ital iter jpn
    kinet knowl lang laryngol lett leukoc libr ling linguist mach mag magn manag manuf mar mater math mech med
    metab metall meteorol microb microbiol microsc mod mol monogr multibody multidiscip multimed nanosci
    nanotechnol nat natl netw neurobiol neurochem neuroimag neurol neuroophthalmol neurosci neurosurg nucl numer
    nurs nutr obes obstet occup oceanogr oncol oper ophthalmol opt optim org ornithol orthop parasitol pathol
    pediatr pharm pharmacol phenom philos phys physiol plasm polit pollut polym pract prev proc psychiatr
    psychol psychophysiol publ quant quart radiat radiol rec recogn regul rehabil rel reliab rem renew rep
    reprod res resour respir rev rheumatol robot sci sel semicond sens simul soc sociol softw spectrosc stat
    statist stoch struct stud surg surv sustain symb syst technol telecommun telemed teor theor theoret therm
    thorac topol toxicol trans transl transp trop ultrason urol vac vasc veg vet vib virol vis wirel zool
    """
)
"""Abbreviated words in names of journals: a full stop behind one ends no sentence."""
